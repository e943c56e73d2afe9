namespace Deep.Nowcast.Plots;

/// <summary>The look of the page: one column on a telephone, several on a screen.</summary>
internal static class PageStyle
{
    // Okabe and Ito, 2008: told apart by readers with any kind of colour vision; black is the observation's.
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

    private static readonly string[] Dashes = ["", "6 3", "2 2", "8 3 2 3", "12 4", "4 2 1 2"];

    public const string Ink = "#222222";

    public static string Css => """
        :root{color-scheme:light}
        body{margin:0;background:#fff;color:#222;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:1160px;margin:0 auto;padding:12px 16px 48px}
        h1{font-size:1.6rem;margin:.4em 0}h2{font-size:1.2rem;margin:2em 0 .3em;border-bottom:1px solid #ddd;padding-bottom:.2em}
        p{max-width:46em;margin:.5em 0}.note{color:#555;font-size:.9rem}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr));gap:12px 18px;margin:.6em 0}
        .maps{grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr))}
        figure{margin:0}figure svg,figure img{width:100%;height:auto;display:block}figcaption{font-size:.9rem;font-weight:600;margin:.2em 0}
        .legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:.3em 0;font-size:.9rem}.legend svg{width:30px;height:10px;vertical-align:middle;margin-right:5px}
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums;margin:.4em 0}
        th,td{padding:3px 9px;text-align:right;border-bottom:1px solid #eee;white-space:nowrap}th:first-child,td:first-child{text-align:left}
        thead th{border-bottom:2px solid #bbb;font-weight:600}.caption{font-weight:600;margin:1em 0 .1em;max-width:none;font-size:.92rem}
        td.best{font-weight:700}
        """.ReplaceLineEndings("\n");

    public static string ColourOf(int model) => Colours[model % Colours.Length];

    public static string DashOf(int model) => Dashes[model % Dashes.Length];
}
