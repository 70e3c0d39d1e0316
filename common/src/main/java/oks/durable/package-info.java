/**
 * Write, force, rename: the only way OKS touches files that must outlive a crash.
 *
 * <p>Entry type: {@link oks.durable.Disk}, real or faulty (tests). A file is used by one thread at a time: an interrupt
 * in a second thread would close the channel under the first (java.nio.channels.FileChannel). Only
 * {@link oks.durable.ForcedBehind} forces a file beside the thread that writes it; nobody interrupts it.
 */
package oks.durable;
