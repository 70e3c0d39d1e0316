/**
 * The command {@code load}: keyrings are read and uploaded, and what became of each certificate is reported. Entry
 * type: {@link oks.oksctl.load.LoadCommand}. One thread reads, others verify and send; owns the state file of a load.
 */
package oks.oksctl.load;
