const page = (title: string, body: string, head = ''): string =>
  `<!DOCTYPE html>\n<html lang="en-US"><head><meta charset="UTF-8"><title>${title}</title>${head}</head>\n<body>${body}</body></html>\n`;

/** What a site shows to anybody: WordPress does so for every query that no plugin knows. */
export const HOME_PAGE = page('Academy – Learn together', '<h1>Welcome</h1><p>Courses for members.</p>');

export const LOGIN_PAGE = page(
  'Log In ‹ Academy — WordPress',
  '<form name="loginform" id="loginform" action="/wp-login.php" method="post"><input name="log"><input name="pwd" type="password"></form>',
);

/** WordPress' page after a fatal error in PHP. */
export const ERROR_PAGE = page(
  'WordPress › Error',
  '<p>There has been a critical error on this website.</p>',
);

/** What firewalls show to who may not be a browser, by whose firewall it is. */
export const CHALLENGES = {
  cloudflare: page(
    'Just a moment...',
    '<noscript>Enable JavaScript and cookies to continue</noscript><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>',
    '<meta name="robots" content="noindex,nofollow">',
  ),
  siteground:
    '<html><head><link rel="icon" href="data:;"><meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F"></head></html>',
};

/** What WordPress shows when a plugin ends a request by `wp_die`, with 200 too. */
export const endedPage = (title: string, message: string): string =>
  page(title, `<div class="wp-die-message">${message}</div>`).replace('<body>', '<body id="error-page">');
