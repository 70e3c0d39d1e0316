/**
 * Faults as an operator is told, and the exit status that scripts see.
 *
 * <p>Entry type: {@link oks.fault.OperatorFault}. Values only; safe in any thread; owns no files.
 */
package oks.fault;
