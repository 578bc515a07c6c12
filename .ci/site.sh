# shellcheck shell=bash
# Sourced: the site folder, from the wasm that cargo built, the styles and the public files.

site=$target/site

# The settings of [[workspace.metadata.leptos]], under their names there with _ for -.
site_settings() {
    local settings
    settings=$(cargo metadata "${locked[@]}" --no-deps --format-version 1 | node .ci/settings.mjs)
    eval "$settings"
    wasm=$target/wasm32-unknown-unknown/$lib_profile_release/${lib_package//-/_}.wasm
}

build_site() {
    step "site: compile to wasm" compile_wasm
    # Two builds at once take turns; the second finds the work done.
    exec 9>"$target/site.lock"
    if have flock; then flock 9; fi
    if site_is_current; then
        say "site: nothing changed"
    else
        step "site: wasm-bindgen, wasm-opt, sass, compression" assemble_site
    fi
}

compile_wasm() {
    cargo build "${locked[@]}" --profile "$lib_profile_release" --package "$lib_package" --lib --target wasm32-unknown-unknown
}

# A digest of everything that the folder is made from.
site_inputs() {
    {
        sha256sum "$wasm" Cargo.toml end2end/package-lock.json .ci/site.sh .ci/precompress.mjs
        find "$(dirname "$style_file")" "$assets_dir" -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum
    } | sed "s|$root/||; s|$target/||" | sha256sum
}

# A digest of the folder itself: somebody may have tidied up in it.
site_outputs() { (cd "$site" && find . -type f -printf '%p %s\n' | LC_ALL=C sort | sha256sum); }

site_is_current() {
    [[ -d $site && -f $target/site.hashes ]] &&
        [[ $(cat "$target/site.stamp" 2>/dev/null) == "$(site_inputs)$(site_outputs)" ]]
}

assemble_site() {
    local fresh=$target/site.new pkg=$target/site.new/$site_pkg_dir
    rm -rf "$fresh" "$target/site.stamp"
    mkdir -p "$pkg"
    cp -R "$assets_dir/." "$fresh/"

    wasm-bindgen --target web --no-typescript --out-name "$output_name" --out-dir "$pkg" "$wasm"
    wasm-opt "${wasm_opt_features[@]}" "$pkg/${output_name}_bg.wasm" -o "$pkg/${output_name}_bg.wasm"
    sass --no-source-map --style=compressed "$style_file" "$pkg/$output_name.css"

    name_by_content "$pkg"
    node .ci/precompress.mjs "$fresh"
    rm -rf "$site"
    mv "$fresh" "$site"
    printf '%s%s\n' "$(site_inputs)" "$(site_outputs)" >"$target/site.stamp"
}

# Renames the three files after their content and notes the hashes for the server. The glue names the wasm, so the wasm
# gets its name first.
name_by_content() {
    local pkg=$1 wasm_hash js_hash css_hash
    wasm_hash=$(content_hash "$pkg/${output_name}_bg.wasm")
    mv "$pkg/${output_name}_bg.wasm" "$pkg/$output_name.$wasm_hash.wasm"
    sed "s/${output_name}_bg\.wasm/$output_name.$wasm_hash.wasm/g" "$pkg/$output_name.js" |
        terser --module --compress --mangle >"$pkg/glue"
    rm "$pkg/$output_name.js"
    js_hash=$(content_hash "$pkg/glue")
    mv "$pkg/glue" "$pkg/$output_name.$js_hash.js"
    css_hash=$(content_hash "$pkg/$output_name.css")
    mv "$pkg/$output_name.css" "$pkg/$output_name.$css_hash.css"
    printf 'js: %s\nwasm: %s\ncss: %s\n' "$js_hash" "$wasm_hash" "$css_hash" >"$target/site.hashes"
}

content_hash() { sha256sum "$1" | cut -c 1-20; }
