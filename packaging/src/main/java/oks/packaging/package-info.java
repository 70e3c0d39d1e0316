/**
 * What the build of the distribution makes from the programs themselves.
 *
 * <p>Entry type: {@link oks.packaging.Completions}, run by Maven. Writes below packaging/target only; not part of the
 * distribution.
 */
package oks.packaging;
