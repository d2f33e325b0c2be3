#pragma once

#include <filesystem>
#include <optional>
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
        std::optional<base::UnixMs> since{}; ///< of its seeding; none in lists of version 0.1

        template <class F>
        void fields(F& f)
        {
            f("content", content);
            f("price_per_mib", pricePerMiB);
            f("seeding", seeding);
            f("since", since);
        }
    };

    /// No file is an empty list; one that can't be read is an error and stays as it is.
    [[nodiscard]] static base::Result<SeedingList> load(const std::filesystem::path& file);

    [[nodiscard]] const std::vector<Item>& items() const { return m_items; }
    [[nodiscard]] const Item* find(const base::ContentId& content) const;
    /// `since` stays as it was where the item has none.
    [[nodiscard]] base::Result<void> set(Item item);
    /// Nothing where it isn't in the list.
    [[nodiscard]] base::Result<void> remove(const base::ContentId& content);

private:
    static constexpr std::size_t maxItems = 100'000;

    [[nodiscard]] base::Result<void> write(std::vector<Item> items);

    std::filesystem::path m_file;
    std::vector<Item> m_items;
};

} // namespace mutoscope::node
