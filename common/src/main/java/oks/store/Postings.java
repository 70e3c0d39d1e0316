package oks.store;

import org.rocksdb.RocksDBException;

/** The certificates that match one part of a search, in ascending order; stands at one of them, or behind the last. */
interface Postings {
    boolean isAt() throws RocksDBException;

    /** The certificate here ({@link FingerprintPrefix#order}). */
    long order();

    void next();

    /** Goes on to the first one that is not below. */
    void seek(long order) throws RocksDBException;

    /** The certificates under one word of an index. */
    record OfWord(IndexRange range) implements Postings {
        @Override
        public boolean isAt() throws RocksDBException {
            return range.isAt();
        }

        @Override
        public long order() {
            return range.order();
        }

        @Override
        public void next() {
            range.next();
        }

        @Override
        public void seek(long order) throws RocksDBException {
            range.seek(order);
        }
    }

    /** Certificates that were collected and sorted before. */
    final class Collected implements Postings {
        private final FingerprintPrefixes sorted;
        private int at;

        Collected(FingerprintPrefixes sorted) {
            this.sorted = sorted;
        }

        @Override
        public boolean isAt() {
            return at < sorted.size();
        }

        @Override
        public long order() {
            return sorted.order(at);
        }

        @Override
        public void next() {
            at++;
        }

        @Override
        public void seek(long order) {
            at = sorted.notBelow(order, at);
        }
    }
}
