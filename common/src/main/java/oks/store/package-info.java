/**
 * The certificates and the indexes derived from them, in RocksDB below our own log.
 *
 * <p>Entry type: {@link oks.store.CertificateStore}. One thread applies groups, any thread reads. RocksDB's own log is
 * off and there is one column family, so that whatever a flush leaves on disk is a prefix of the recovery files, named
 * by the {@link oks.recovery.LogPosition} that travels in every batch. The package owns the directory {@code store/}.
 *
 * <p>The proof of a store of which only oks-backup makes use stands here, because RocksDB stays behind this wall.
 */
package oks.store;
