#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "tests/fuzz/fuzz.h"

// Without libFuzzer: the corpus, and the same mutations of it every time.

namespace
{

constexpr int mutations = 10'000;
constexpr std::size_t longest = 64 * 1024;

std::string mutated(std::string text, const std::vector<std::string>& corpus, std::mt19937& random)
{
    const auto below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
    for (int i = 1 + static_cast<int>(below(4)); i > 0; --i) {
        const std::size_t at = below(text.size() + 1);
        switch (below(6)) {
        case 0:
            if (at < text.size())
                text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
            break;
        case 1:
            text.insert(at, 1, static_cast<char>(random()));
            break;
        case 2:
            text.erase(at, 1 + below(8));
            break;
        case 3: // a piece of itself once more
            text.insert(below(text.size() + 1), text.substr(at, below(64)));
            break;
        case 4: { // a piece of another
            const std::string& other = corpus[below(corpus.size())];
            text.insert(at, other.substr(below(other.size() + 1), below(64)));
            break;
        }
        default: { // what parsers stumble over
            static constexpr std::string_view words[] = {"-1", "0", "9007199254740991", "9007199254740992", "99999999999999999999", "1e9", "\"", "\\u0000",
                                                         "\xff", "\xed\xa0\x80", "{", "[[", ",", "\r\n", "\n", "=", "%", "%00", "#", "@", "\0"};
            text.insert(at, words[below(std::size(words))]);
        }
        }
    }
    text.resize(std::min(text.size(), longest));
    return text;
}

} // namespace

int main(int count, char** arguments)
{
    if (count != 2) {
        std::fprintf(stderr, "usage: %s CORPUS-FOLDER-OR-FILE\n", arguments[0]);
        return 2;
    }
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(arguments[1])) {
        for (const auto& entry : std::filesystem::directory_iterator(arguments[1]))
            files.push_back(entry.path());
    } else {
        files.emplace_back(arguments[1]);
    }
    std::ranges::sort(files);
    std::vector<std::string> corpus;
    for (const auto& file : files) {
        std::ifstream stream(file, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
        fuzzOne(corpus.back());
    }
    if (corpus.empty()) {
        std::fprintf(stderr, "%s: there is nothing to replay\n", arguments[1]);
        return 2;
    }
    fuzzOne({});
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same ones every time
    for (int i = 0; i < mutations; ++i)
        fuzzOne(mutated(corpus[static_cast<std::size_t>(i) % corpus.size()], corpus, random));
    std::printf("%zu inputs and %d mutations\n", corpus.size(), mutations);
    return 0;
}
