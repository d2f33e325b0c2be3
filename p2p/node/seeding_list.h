#pragma once

#include <filesystem>
#include <vector>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/wire/fields.h"

namespace mutoscope::node
{

/// Which films are to be seeded, and for how much: a small JSON file, written durably at each change.
class SeedingList
{
public:
    struct Item {
        base::ContentId content;
        base::Tokens pricePerMiB;
        bool seeding = true;

        template <class F>
        void fields(F& f)
        {
            f("content", content);
            f("price_per_mib", pricePerMiB);
            f("seeding", seeding);
        }
    };

    /// No file is an empty list; one that can't be read is an error and stays as it is.
    [[nodiscard]] static base::Result<SeedingList> load(const std::filesystem::path& file);

    [[nodiscard]] const std::vector<Item>& items() const { return m_items; }
    [[nodiscard]] base::Result<void> set(const Item& item);

private:
    static constexpr std::size_t maxItems = 100'000;

    std::filesystem::path m_file;
    std::vector<Item> m_items;
};

} // namespace mutoscope::node
