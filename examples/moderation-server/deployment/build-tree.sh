#!/bin/sh
# Builds what the image holds into an empty folder: the server, its packages and the model, and nothing that only
# builds or tests them. It installs and builds at the repository's root, where it is to be run: `sh …/build-tree.sh /tree`
set -eu
tree=$1
server=@toxicity-guard/example-moderation-server
pnpm() { npx --yes "$(node -p "require('./package.json').packageManager")" "$@"; }

pnpm install --frozen-lockfile --filter toxicity-guard-workspace --filter "$server..."
for package in core fastify; do (cd "packages/$package" && npx tsup --no-dts --silent); done
# Injected packages are copied, in the versions of the lockfile. pnpm's other way to deploy looks for new ones.
pnpm --config.inject-workspace-packages=true --filter "$server" deploy --prod "$tree"

# Types, source maps, papers, and the tests and tools that packages bring along. Licences stay.
cd "$tree"
find . -type d -name .bin -prune -exec rm -r {} +
find . -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.md' -o -name '*.yml' \
  -o -name '*.yaml' -o -name '*.sh' -o -name '.*' \) ! -iname '*licen[cs]e*' ! -iname 'notice*' -delete
for name in test tests __tests__ spec specs bench benchmark benchmarks docs examples integration scripts; do
  find node_modules/.pnpm -type d -path "*/node_modules/*/$name" | while read -r folder; do
    # Only beside a package.json: further down, a folder of that name may be code.
    if [ -f "$folder/../package.json" ]; then rm -r "$folder"; fi
  done
done
find . -xtype l -delete
find . -type d -empty -delete
