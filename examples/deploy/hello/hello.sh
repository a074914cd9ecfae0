#!/bin/sh
# Runs as the agent's user, in the folder with the package's files.
set -e
echo "hello from gatehouse" > /var/tmp/gatehouse-hello
cat /var/tmp/gatehouse-hello
