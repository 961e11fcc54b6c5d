/** Face recognition, ready to use: a network with its contract, embeddings, their comparison. Start with {@code FaceEmbedder}. */
package dev.mien.models.face;
