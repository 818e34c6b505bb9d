window.handrail?.('error', '404');
