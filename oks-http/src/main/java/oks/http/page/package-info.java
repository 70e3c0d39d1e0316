/**
 * The pages that people see. Entry type: {@link oks.http.page.Pages}; the records beside it are what a template of the
 * same name shows. Everything here is immutable, but for the samples of {@link oks.http.page.SizeHistory}, which owns
 * its file.
 */
package oks.http.page;
