/**
 * Data of face recognition: training sets in MXNet RecordIO ({@link dev.mien.training.facedata.FaceRecords}, written by
 * {@link dev.mien.training.facedata.FacePack}) and what models are tested on ({@link dev.mien.training.facedata.VerificationBin},
 * {@link dev.mien.training.facedata.LfwPairs}, {@link dev.mien.training.facedata.MemFileSet},
 * {@link dev.mien.training.facedata.IjbMetadata}, {@link dev.mien.training.facedata.TinyFaces}). Files come from strangers:
 * nothing in them is executed, nothing is allocated on their word alone, and what is wrong with one is a
 * {@link dev.mien.engine.tensor.FormatException} that names file, place and remedy.
 */
package dev.mien.training.facedata;
