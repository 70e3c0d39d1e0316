/**
 * The database server: accepts changes, writes them to the recovery file, applies them, answers lookups.
 *
 * <p>Entry type: {@link oks.oksd.Oksd}. {@link oks.oksd.writer.Committer} owns the only thread that changes anything;
 * lookups run on the threads of the service socket and never wait for it. The package owns the database directory.
 */
package oks.oksd;
