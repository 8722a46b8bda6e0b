#!/bin/sh
# Answers git when it asks for a name or a password in a job, so that a token is in no file and on no command line.
# The job's own repository gets the job's token, and another one (a private state remote) gets POSTIZ_STATE_TOKEN.
# Needs credential.useHttpPath, without which git does not say which repository asks.
server=${GITHUB_SERVER_URL:-https://github.com}
own="${server#*://}/$GITHUB_REPOSITORY"
asked=${1#*\'}
asked=${asked%\'*}
place=${asked#*://}
place=${place#*@}
case ${asked%%://*} in
  https) ;;
  http) case $place in 127.0.0.1[:/]* | localhost[:/]*) ;; *) exit 1 ;; esac ;;
  *) exit 1 ;;
esac
case ${place%.git} in
  "$own") token=$GITHUB_TOKEN ;;
  *) token=$POSTIZ_STATE_TOKEN ;;
esac
[ -n "$token" ] || exit 1
case $1 in
  Username*) echo x-access-token ;;
  Password*) printf '%s\n' "$token" ;;
  *) exit 1 ;;
esac
