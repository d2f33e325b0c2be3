#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "tests/fuzz/fuzz.h"

// Without libFuzzer: the corpus, and the same mutations of it every time.

namespace
{

constexpr long defaultMutations = 10'000;
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

/// What is being tried, so that it can be kept where it breaks something.
std::string last;

void keepLast(int)
{
    if (std::FILE* file = std::fopen("fuzz-broken-input", "wb")) {
        std::fwrite(last.data(), 1, last.size(), file);
        std::fclose(file);
    }
    std::_Exit(1);
}

} // namespace

int main(int count, char** arguments)
{
    if (count < 2 || count > 4) {
        std::fprintf(stderr, "usage: %s CORPUS-FOLDER-OR-FILE [MUTATIONS [SEED]]\n", arguments[0]);
        return 2;
    }
    const long mutations = count > 2 ? std::strtol(arguments[2], nullptr, 10) : defaultMutations;
    const auto seed = static_cast<std::uint32_t>(count > 3 ? std::strtoul(arguments[3], nullptr, 10) : 1);
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
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE})
        std::signal(signal, keepLast);
    std::mt19937 random(seed); // the same ones every time
    for (long i = 0; i < mutations; ++i) {
        last = mutated(corpus[static_cast<std::size_t>(i) % corpus.size()], corpus, random);
        fuzzOne(last);
    }
    std::printf("%zu inputs and %ld mutations\n", corpus.size(), mutations);
    return 0;
}
