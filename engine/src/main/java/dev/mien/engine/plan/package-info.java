/** How much memory a program needs, without running it: {@link dev.mien.engine.plan.MemoryPlan}. */
package dev.mien.engine.plan;
