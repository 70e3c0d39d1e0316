/**
 * The control socket's commands. Entry type: {@link oks.oksd.control.ControlCommands}. Each runs on the thread of its
 * session and asks the writer for what changes something.
 */
package oks.oksd.control;
