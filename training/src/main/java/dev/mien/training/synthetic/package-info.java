/**
 * Parametric synthetic faces: the data set of {@code --data synthetic}, drawn without any download, the same bytes on every
 * machine.
 *
 * <p>Read first: {@link dev.mien.training.synthetic.SyntheticFaces} (the data set), {@link dev.mien.training.synthetic.Subject}
 * (how age becomes development and ageing), {@link dev.mien.training.synthetic.Canvas} (where a face is painted, before light
 * and pose). A feature is one file: a record of its geometry, drawn from a subject, that paints itself.
 */
package dev.mien.training.synthetic;
