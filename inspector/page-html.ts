// The page's document: its landmarks, which its script fills. All of its modules are named ahead,
// so that a browser need not find them one import after another.

import { type Assets, FIRST_ASSET, ICON_ASSET, STYLE_ASSETS } from './page-assets.ts';

/** The document. Nothing in it comes from outside the program. */
export function pageHtml(assets: Assets): string {
  const modules = [...assets.keys()].filter((path) => path.endsWith('.js'));
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>s1sp inspector</title>
<link rel="icon" href="${ICON_ASSET}">
${STYLE_ASSETS.map((path) => `<link rel="stylesheet" href="${path}">`).join('\n')}
${modules.map((path) => `<link rel="modulepreload" href="${path}">`).join('\n')}
<script type="module" src="${FIRST_ASSET}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<div class="bar">
<a class="brand" href="#/"><strong>s1sp</strong> <span>inspector</span></a>
<nav aria-label="Views" id="views"></nav>
<section class="clock" id="clock" aria-label="Virtual time"></section>
</div>
</header>
<p id="lost" class="warning" role="alert" hidden></p>
<main id="main" tabindex="-1">
<noscript><p class="warning">This page needs JavaScript; <code>s1sp inspect</code> does not.</p>
</noscript>
</main>
<p class="unseen" id="said" aria-live="polite"></p>
<footer><p>Served by this gateway, nothing comes from elsewhere. Charts: uPlot
(<a href="/assets/uplot/LICENSE">MIT</a>). The same data: <a href="/api/v1/openapi.json">HTTP
API</a>, <a href="/metrics">metrics</a>, <code>s1sp inspect</code>.</p></footer>
</body>
</html>
`;
}
