complete --keep-order --exclusive --command inbox --arguments "(INBOX_COMPLETE=fish inbox -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
