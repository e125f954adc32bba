"""Programs by what speaks for or against running them unasked."""

from __future__ import annotations

import re

from app.approval.places import shown
from app.approval.shell.words import Word


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


SYSTEM_FOLDERS = _set("/bin /sbin /usr/bin /usr/sbin /usr/local/bin")
READ_ONLY = _set(
    "ls cat head tail grep egrep fgrep rg wc echo printf pwd true false : test [ [[ which date stat file "
    "du df diff cmp sleep seq basename dirname realpath cut tr nl tac rev id whoami uname"
)
# What gives a program of the list above another meaning.
NOT_READ_ONLY = {
    "rg": ("--pre", "--hostname-bin"),
    "printf": ("-v",),
    "file": ("-C", "--compile"),
    "date": ("-s", "--set"),
}
CHANGES = _set(
    "rm rmdir unlink mv cp ln chmod chown chgrp truncate shred install rsync touch rename srm trash"
)
FETCHES = _set("curl wget http https aria2c")
SHELLS = _set("sh bash zsh dash ksh mksh ash fish csh tcsh busybox")

_BY_REASON: dict[str, frozenset[str]] = {
    "asks for more rights": _set(
        "sudo su doas pkexec runuser setpriv chroot mount umount setcap chattr setfacl nsenter unshare "
        "capsh newgrp sg bwrap firejail"
    ),
    "acts on the machine": _set(
        "shutdown reboot halt poweroff init telinit systemctl service initctl launchctl sysctl iptables "
        "ip6tables nft ufw ip ifconfig route modprobe insmod rmmod kill pkill killall skill killall5 "
        "xkill fuser passwd chpasswd chsh chfn useradd userdel usermod adduser deluser groupadd groupdel "
        "groupmod visudo vipw crontab at batch atrm systemd-run loginctl hostnamectl timedatectl hwclock "
        "update-alternatives ldconfig defaults osascript xdg-open open"
    ),
    "can destroy or fill a disk": _set(
        "dd fdisk sfdisk gdisk parted wipefs shred mkswap swapon swapoff losetup cryptsetup lvremove "
        "vgremove pvremove zpool zfs btrfs fallocate hdparm blkdiscard badblocks"
    ),
    "talks to another machine": _set(
        "ssh scp sftp ftp lftp tftp mosh nc ncat netcat telnet socat ssh-copy-id ssh-add rclone mail sendmail"
    ),
    "installs software": _set(
        "apt apt-get aptitude dpkg yum dnf rpm zypper pacman apk snap flatpak brew port gem conda mamba "
        "micromamba easy_install nix nix-env rustup nvm pyenv asdf"
    ),
    "starts containers": _set("docker podman nerdctl docker-compose lxc lxc-start ctr crictl vagrant virsh"),
    "acts on a service": _set(
        "kubectl helm aws gcloud gsutil az terraform tofu pulumi ansible ansible-playbook gh glab psql "
        "mysql mariadb mongosh mongo redis-cli dropdb createdb dropuser pg_restore heroku vercel netlify "
        "fly flyctl firebase wrangler doctl twine"
    ),
    "runs words as a command": _set(
        "eval exec source . trap alias shopt enable hash coproc function bind complete mapfile readarray "
        "watch parallel script strace ltrace gdb expect screen tmux flock entr unbuffer chrt taskset "
        "ionice"
    ),
    "leaves a process running": _set("nohup setsid disown daemonize start-stop-daemon"),
}
_REASON_OF = {name: reason for reason, names in _BY_REASON.items() for name in names}
_INSTALLERS = {
    "pip": _set("install uninstall download wheel"),
    "pip3": _set("install uninstall download wheel"),
    "uv": _set("install uninstall tool python self publish"),
    "pipx": _set("install upgrade uninstall inject run reinstall install-all upgrade-all uninstall-all"),
    "npm": _set("-g --global --location=global publish unpublish link login"),
    "pnpm": _set("-g --global publish unpublish link login"),
    "yarn": _set("-g --global global publish link login"),
    "bun": _set("-g --global publish link"),
    "cargo": _set("install uninstall publish login yank owner"),
    "go": _set("install"),
    "poetry": _set("self publish config"),
    "corepack": _set("enable install prepare use"),
}

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_POWERFUL_VARIABLE = re.compile(
    r"(?:PATH|LD_\w+|DYLD_\w+|BASH_ENV|ENV|IFS|CDPATH|GIT_(?!PAGER)\w+|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|PS4|"
    r"HOME|PWD|OLDPWD|SHELL|TMPDIR)\+?="
)

_GIT_READS = _set(
    "status log diff show rev-parse ls-files blame grep describe shortlog add commit version help "
    "--version --help ls-tree cat-file merge-base rev-list"
)
_GIT_OPTIONS = _set("--no-pager -P -p --paginate --no-optional-locks --literal-pathspecs")
_GIT_LISTS = {
    "branch": _set("-a -r -v -vv -av -avv --all --remotes --verbose --list -l --show-current --no-color"),
    "tag": _set("-l --list -n"),
    "remote": _set("-v --verbose"),
}


def listed(name: str, words: list[Word]) -> str:
    """Why a program asks by its name alone, or by its name and a subcommand.

    Args:
        name: The program, without its folder.
        words: The words after it.
    """
    if reason := _REASON_OF.get(name):
        return f"{name} {reason}"
    if name.startswith("mkfs"):
        return f"{name} can destroy or fill a disk"
    base = "pip" if name.startswith("pip3.") else name
    for word in words:
        if word.text in _INSTALLERS.get(base, ()):
            return f"{name} {word.text} installs or publishes software"
    if name == "rsync" and any(":" in word.text for word in words):
        return "rsync talks to another machine"
    return ""


def is_assignment(word: Word) -> bool:
    """Whether a word before the program sets a variable."""
    return _ASSIGNMENT.match(word.shape) is not None


def sets_powerful(text: str) -> str:
    """Why an assignment asks: the variable changes what plain commands do."""
    found = _POWERFUL_VARIABLE.match(text) if "=" in text else None
    return f"sets {found[0].rstrip('+=')}, which changes what commands do" if found else ""


def git(words: list[Word]) -> str:
    """Why a git command asks; where its words point to is not looked at.

    Args:
        words: The words after `git`.
    """
    position = 0
    while position < len(words) and words[position].text.startswith("-"):
        option = words[position].text
        if option in {"--version", "--help"}:
            return ""
        if option == "-C":
            position += 1
        elif option not in _GIT_OPTIONS:
            return f"git {shown(option)} changes how git works"
        position += 1
    if position >= len(words):
        return ""
    command = words[position].text
    rest = [word.text for word in words[position + 1 :]]
    match command, rest:
        case "commit", _ if any(word.startswith("--am") for word in rest):
            return "git commit --amend rewrites a commit"
        case "grep", _ if any(word.startswith(("-O", "--open")) for word in rest):
            return "git grep runs a program"
        case ("switch", ["-c", name]) | ("checkout", ["-b", name]) if not name.startswith("-"):
            return ""
        case "stash", ["list" | "show", *_]:
            return ""
        case _ if command in _GIT_READS:
            return ""
        case _ if command in _GIT_LISTS:
            plain = all(word in _GIT_LISTS[command] for word in rest)
            # With --list, other words are patterns; without, they are names to create or delete.
            listing = (
                bool(rest) and rest[0] == "--list" and not any(word.startswith("-") for word in rest[1:])
            )
            return "" if plain or listing else f"git {command} changes more than files"
        case _:
            return f"git {shown(command)} changes more than files"


def without_message(words: list[Word]) -> list[Word]:
    """The words of a git command without the text of a commit message, which points nowhere."""
    if not words or words[0].text != "commit":
        return words
    kept: list[Word] = []
    message = False
    for word in words:
        option = word.text
        if not message and not option.startswith("--message=") and not option.startswith("-m"):
            kept.append(word)
        message = not message and option in {"-m", "-am", "-sm", "-asm", "--message"}
    return kept
