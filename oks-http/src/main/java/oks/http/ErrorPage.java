package oks.http;

/** Why there is no other page, as its template sees it. */
record ErrorPage(String title, String text) { }
