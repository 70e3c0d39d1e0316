package oks.http;

import oks.openpgp.Fingerprint;

/** What all pages have around them. Plain HTML and one style sheet; works without scripts. */
final class Page {
    private Page() { }

    /** A page; title and body are HTML already. */
    static String of(String title, String body) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>%s</title>
                <link rel="stylesheet" href="/oks.css">
                </head>
                <body>
                <a class="skip" href="#main">Skip to content</a>
                <header><nav aria-label="Site"><a class="home" href="/">OpenPGP keyserver</a> <a href="/pks/stats">Statistics</a></nav></header>
                <main id="main">
                %s</main>
                <footer><p>Nobody checks the names on this server. Certificates stay public.</p></footer>
                </body>
                </html>
                """.formatted(title, body);
    }

    /** The path of a certificate's page. */
    static String pathOf(Fingerprint fingerprint) {
        return "/pks/lookup?op=vindex&amp;search=0x" + fingerprint;
    }

    /** Digits in groups of four, for reading aloud. */
    static String grouped(Fingerprint fingerprint) {
        return fingerprint.toString().replaceAll("(.{4})(?!$)", "$1 ");
    }

    /** The search form, with what was searched in it. */
    static String searchForm(String search) {
        return """
                <form class="search" action="/pks/lookup" method="get" role="search">
                <input type="hidden" name="op" value="index">
                <label for="search">E-mail address, name, or fingerprint</label>
                <div class="line">
                <input type="search" id="search" name="search" value="%s" required autocomplete="off" spellcheck="false">
                <button type="submit">Search</button>
                </div>
                </form>
                """.formatted(HtmlText.of(search));
    }

    /** The page at {@code /}. */
    static String start() {
        return of("OpenPGP keyserver", """
                <h1>Find a certificate</h1>
                %s<h2>Publish yours</h2>
                <form action="/pks/add" method="post" enctype="multipart/form-data">
                <label for="keytext">Paste what <code>gpg --armor --export</code> prints</label>
                <textarea id="keytext" name="keytext" rows="8" cols="64" spellcheck="false"></textarea>
                <label for="file">or choose a file</label>
                <input type="file" id="file" name="keytext" accept=".asc,.pgp,.gpg,.key,application/pgp-keys">
                <p><small>What is published stays public, user IDs included. Private keys are refused and not kept.</small></p>
                <button type="submit">Publish</button>
                </form>
                """.formatted(searchForm("")));
    }
}
