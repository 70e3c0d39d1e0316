package oks.http;

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
                <title>%s</title>
                <link rel="stylesheet" href="/oks.css">
                </head>
                <body>
                <header><a href="/">OpenPGP keyserver</a></header>
                <main>
                %s</main>
                </body>
                </html>
                """.formatted(title, body);
    }

    /** The search form, with what was searched in it. */
    static String searchForm(String search) {
        return """
                <form action="/pks/lookup" method="get" role="search">
                <input type="hidden" name="op" value="index">
                <label for="search">E-mail address, name, or 0x and fingerprint</label>
                <input type="search" id="search" name="search" value="%s" required autocomplete="off" spellcheck="false">
                <button type="submit">Search</button>
                </form>
                """.formatted(HtmlText.of(search));
    }

    /** The page at {@code /}. */
    static String start() {
        return of("OpenPGP keyserver", """
                <h1>OpenPGP keyserver</h1>
                <h2>Find a certificate</h2>
                %s<h2>Publish yours</h2>
                <form action="/pks/add" method="post">
                <label for="keytext">Paste what <code>gpg --armor --export</code> prints. What is published stays public.</label>
                <textarea id="keytext" name="keytext" rows="12" cols="72" required spellcheck="false"></textarea>
                <button type="submit">Publish</button>
                </form>
                """.formatted(searchForm("")));
    }
}
