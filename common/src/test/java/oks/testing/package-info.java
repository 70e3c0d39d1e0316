/**
 * What the tests of all modules share. Entry type: {@link oks.testing.ExternalProgram}; safe in any thread; owns no
 * files.
 */
package oks.testing;
