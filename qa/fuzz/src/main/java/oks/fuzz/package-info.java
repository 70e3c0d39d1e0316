/**
 * Coverage-guided fuzzing: one entry for the fuzzer, one target for each kind of bytes that come from somebody else.
 */
package oks.fuzz;
