#include "p2p/node/seeding_list.h"

#include <algorithm>

#include "p2p/base/file.h"
#include "p2p/wire/message.h"

namespace mutoscope::node
{

namespace
{

struct File {
    std::vector<SeedingList::Item> films;

    template <class F>
    void fields(F& f)
    {
        f("films", films, wire::MaxSize{100'000});
    }
};

constexpr std::size_t maxBytes = 32 * 1024 * 1024;

} // namespace

base::Result<SeedingList> SeedingList::load(const std::filesystem::path& file)
{
    SeedingList list;
    list.m_file = file;
    const auto text = base::readFile(file, maxBytes);
    if (!text && text.error().code == base::ErrorCode::NotFound)
        return list;
    if (!text)
        return tl::unexpected(text.error());
    auto read = wire::decodeFields<File>(*text, {.maxBytes = maxBytes, .maxDepth = 3, .maxValues = 6 * maxItems});
    if (!read)
        return base::fail(read.error().code, file.string() + " can't be read: " + read.error().message);
    list.m_items = std::move(read->films);
    return list;
}

const SeedingList::Item* SeedingList::find(const base::ContentId& content) const
{
    const auto it = std::ranges::find(m_items, content, &Item::content);
    return it == m_items.end() ? nullptr : &*it;
}

base::Result<void> SeedingList::set(Item item)
{
    std::vector<Item> items = m_items;
    const auto it = std::ranges::find(items, item.content, &Item::content);
    if (it == items.end()) {
        items.push_back(item);
    } else {
        if (!item.since)
            item.since = it->since;
        *it = item;
    }
    return write(std::move(items));
}

base::Result<void> SeedingList::remove(const base::ContentId& content)
{
    std::vector<Item> items = m_items;
    if (std::erase_if(items, [&](const Item& each) { return each.content == content; }) == 0)
        return {};
    return write(std::move(items));
}

base::Result<void> SeedingList::write(std::vector<Item> items)
{
    const auto written = base::writeFileDurably(m_file, wire::encodeFields(File{items}));
    if (written)
        m_items = std::move(items);
    return written;
}

} // namespace mutoscope::node
