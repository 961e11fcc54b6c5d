/** Training and measuring networks of age and gender, alone and together. */
package dev.mien.training.agegender;
