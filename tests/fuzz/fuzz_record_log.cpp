// Links: mutoscope_wallet
#include <algorithm>
#include <fstream>

#include <unistd.h>

#include "p2p/base/record_log.h"
#include "p2p/wallet/contract_book.h"
#include "tests/fuzz/fuzz.h"

using namespace mutoscope;

namespace
{

/// Nothing is written through it here.
class NoDisk final : public base::Executor
{
public:
    void post(Task) override {}
    TimerId after(std::chrono::milliseconds, Task) override { return 0; }
    void cancel(TimerId) override {}
};

struct Folder {
    std::filesystem::path path;
    Folder()
    {
        // In memory where there is such a folder: each input is synced several times.
        const std::filesystem::path shared = "/dev/shm";
        std::string name = ((std::filesystem::is_directory(shared) ? shared : std::filesystem::temp_directory_path()) / "mutoscope-fuzz-XXXXXX").string();
        HOLDS(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

std::vector<std::string> records(const std::filesystem::path& file)
{
    std::vector<std::string> found;
    HOLDS(base::RecordLog::open(file, [&](std::string_view record) { found.emplace_back(record); }).has_value());
    return found;
}

/// A damaged file: what is read of it is read again, and what is appended stands behind it.
void damaged(const std::filesystem::path& file, std::string_view bytes)
{
    {
        std::ofstream stream(file, std::ios::binary | std::ios::trunc);
        stream << std::string_view("MUTOLOG\x01", 8) << bytes;
    }
    auto before = records(file);
    {
        auto log = base::RecordLog::open(file, [](std::string_view) {});
        HOLDS(log.has_value());
        HOLDS(log->append("one more").has_value());
    }
    before.emplace_back("one more");
    HOLDS(records(file) == before);
}

bool areEqual(const wallet::ContractBook::State& a, const wallet::ContractBook::State& b)
{
    const auto sameContract = [](const auto& x, const auto& y) {
        return x.first == y.first && x.second.contract == y.second.contract && x.second.receipt == y.second.receipt && x.second.sent == y.second.sent &&
               x.second.closing == y.second.closing;
    };
    return std::ranges::equal(a.open, b.open, sameContract) && a.totals.size() == b.totals.size();
}

/// Whole records, one a line of the input, with anything in them.
void replayed(const std::filesystem::path& file, std::string_view lines)
{
    std::vector<std::string> all;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        all.emplace_back(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    {
        std::filesystem::remove(file);
        auto log = base::RecordLog::open(file, [](std::string_view) {});
        HOLDS(log.has_value() && log->rewrite(all).has_value());
    }
    NoDisk disk;
    wallet::ContractBook::State state;
    wallet::ContractBook::State again;
    HOLDS(wallet::ContractBook::open(file, disk, state).has_value());
    HOLDS(wallet::ContractBook::open(file, disk, again).has_value());
    HOLDS(areEqual(state, again));
}

} // namespace

void fuzzOne(std::string_view input)
{
    static const Folder folder;
    const auto [which, rest] = fuzz::choose(input, 2);
    if (which == 0)
        damaged(folder.path / "log", rest);
    else
        replayed(folder.path / "book", rest);
}
