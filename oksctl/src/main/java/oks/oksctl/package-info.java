/**
 * The program oksctl: one command to a running oksd, over its control socket; see oksctl(1).
 *
 * <p>Entry type: {@link oks.oksctl.Oksctl}. One thread; owns no files. It starts for every command, so nothing here
 * loads more than the command line, the configuration and {@link oks.control.ControlClient} need.
 */
package oks.oksctl;
