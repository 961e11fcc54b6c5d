/**
 * Face recognition, ready to use: faces cut out by their landmarks, a network with its contract, embeddings, their comparison. Start with {@code
 * FaceEmbedder}, and with {@code FaceAligner} where pictures are not cut out yet.
 */
package dev.mien.models.face;
