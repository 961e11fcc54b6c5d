/** Pictures of people with their identities, and the pairs by which recognisers are verified. */
package dev.mien.training.facedata;
