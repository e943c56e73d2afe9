#!/usr/bin/env bash
# A stranger's application against the packed packages: pack, restore with an empty package cache, build, run, check the answer.
# Needs the .NET SDK and a package source for the packages of others. Writes below artifacts/ only.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDTERMINALLOGGER=off
application=tests/Consumers/ClassifyOnce
work=artifacts/consumer
model=src/Deep.Cli/Models/nfnet-cifar10.safetensors
picture=src/Deep.Cli/Gallery/airplane-1.jpg
expected=airplane

fail() {
  printf 'consumer: %s\n' "$1" >&2
  exit 1
}

rm -rf "$work" "$application/bin" "$application/obj"
mkdir -p "$work" artifacts/packages
trap 'rm -rf "$work/packages" "$application/bin" "$application/obj"' EXIT

# A package of the same version from an earlier run must not be taken for the present one.
for package in Deep.Core Deep.Training Deep.NFNet; do
  rm -f "artifacts/packages/$package".[0-9]*.nupkg "artifacts/packages/$package".[0-9]*.snupkg
  dotnet pack "src/$package" -c Release --nologo -v quiet || fail "$package does not pack"
done

version=$(dotnet msbuild src/Deep.NFNet -getProperty:Version)
export NUGET_PACKAGES="$PWD/$work/packages"   # wins over a cache that the caller may have set
dotnet restore "$application" -p:DeepNFNetVersion="$version" -v quiet 2>&1 | tee "$work/restore.log" || fail 'the restore failed'
if grep -q 'warning' "$work/restore.log"; then
  fail 'the restore warned'
fi

for package in deep.core deep.training deep.nfnet; do
  [ -d "$work/packages/$package" ] || fail "$package was not restored into the empty cache"
  grep -q '"source": "[^"]*artifacts/packages"' "$work/packages/$package"/*/.nupkg.metadata || fail "$package did not come from the local feed"
done

dotnet build "$application" -c Release --no-restore -p:DeepNFNetVersion="$version" --nologo -v quiet || fail 'the build failed'
answer=$(dotnet run --project "$application" -c Release --no-build -- "$model" "$picture") || fail 'the application failed'
printf '%s\n' "$answer"
[ "$(printf '%s\n' "$answer" | wc -l)" -eq 3 ] || fail 'expected three predictions'
printf '%s\n' "$answer" | grep -qvE '^[a-z]+ [01]\.[0-9]{4}$' && fail 'a line is not a label and a probability'
case "$answer" in
  "$expected "*) echo "consumer: $version says $expected, as it should" ;;
  *) fail "expected $expected first" ;;
esac
