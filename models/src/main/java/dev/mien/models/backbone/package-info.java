/** Networks that read like the figures of their papers. */
package dev.mien.models.backbone;
