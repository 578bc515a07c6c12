#!/usr/bin/env bash
# `make dist`: the production build, without entra-local, as one tarball.
source "$(dirname "$0")/lib.sh"
source .ci/site.sh

bash .ci/setup.sh toolchain
bash .ci/build.sh dist --no-default-features
need_toolchain
site_settings

# Under the same commit the same bytes: fixed order, owner and time.
pack() {
    local name=$1 stage=$target/$1 file
    rm -rf "$stage"
    mkdir -p "$stage" dist
    cp "$target/dist/$bin_exe_name" "$target/dist/hash.txt" "$stage/"
    cp -R "$site" "$stage/site"
    for file in server/dist/muster.service LICENSE-MIT LICENSE-APACHE README.md SECURITY.md CHANGELOG.md; do
        cp "$file" "$stage/"
    done
    tar --directory "$target" --sort=name --owner=0 --group=0 --numeric-owner \
        --mtime="@$(git log -1 --format=%ct)" --create "$name" | gzip -9n >"dist/$name.tar.gz"
    (cd dist && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
    rm -rf "$stage"
}

version=$(cargo metadata "${locked[@]}" --no-deps --format-version 1 |
    node -p 'JSON.parse(require("fs").readFileSync(0)).packages.find(({ name }) => name === "server").version')
name=muster-$version-$(rustc -vV | sed -n 's/^host: //p')
step "tarball" pack "$name"
say "dist/$name.tar.gz: $(du -h "dist/$name.tar.gz" | cut -f 1)"
