/**
 * The start of oksd: settings, and the database that is opened and recovered. Entry type:
 * {@link oks.oksd.start.OpenDatabase}, which holds the lock of the database directory until it is closed.
 */
package oks.oksd.start;
