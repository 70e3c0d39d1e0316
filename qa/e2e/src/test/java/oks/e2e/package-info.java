/** The whole chain with real processes: upload, back up, kill, restore, compare. */
package oks.e2e;
