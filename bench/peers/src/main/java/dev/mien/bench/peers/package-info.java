/** The engines that ours is measured against. Each is loaded in a process of its own. */
package dev.mien.bench.peers;
