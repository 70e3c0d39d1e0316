/**
 * What the benchmarks under {@code qa/bench} run inside a JVM: synthetic certificates, the inner loops (JMH), the
 * handler that shows what the HTTP framework costs alone. Nothing of it is installed.
 */
package oks.bench;
