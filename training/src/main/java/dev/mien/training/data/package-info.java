/**
 * Data sets of faces with ages: how they are read, checked, split and fed to a model. Start with DataSpec, AgeSource and
 * DataLoader.
 */
package dev.mien.training.data;
