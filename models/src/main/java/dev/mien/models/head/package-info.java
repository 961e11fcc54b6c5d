/** Heads that train a face network: softmax and its margin forms, as one family, with all identities or a sample of them. */
package dev.mien.models.head;
