# bash reads this before a command: one that succeeds leaves its folder and its exported variables.
trap "[ \$? -eq 0 ] && { builtin pwd -P; builtin printf '\0'; /usr/bin/env -0; } >&$SAWHORSE_STATE 2>/dev/null" EXIT
unset BASH_ENV SAWHORSE_STATE
