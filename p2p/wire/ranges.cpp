#include "p2p/wire/ranges.h"

#include <algorithm>

#include "p2p/wire/fields.h"

namespace mutoscope::wire
{

bool SegmentRanges::assign(std::vector<Range> ranges)
{
    if (ranges.size() > maxRanges)
        return false;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (ranges[i].first > ranges[i].last || ranges[i].last >= maxIndex)
            return false;
        if (i > 0 && ranges[i].first <= ranges[i - 1].last + 1)
            return false;
    }
    m_ranges = std::move(ranges);
    return true;
}

void SegmentRanges::insert(base::SegmentIndex index)
{
    const std::uint32_t i = index.value();
    // The first range that ends at or after i − 1: the only one, with its successor, that i can touch.
    auto it = std::ranges::find_if(m_ranges, [i](const Range& range) { return range.last + 1 >= i; });
    if (it == m_ranges.end() || it->first > i + 1) {
        m_ranges.insert(it, Range{i, i});
        return;
    }
    it->first = std::min(it->first, i);
    it->last = std::max(it->last, i);
    if (const auto next = it + 1; next != m_ranges.end() && next->first == it->last + 1) {
        it->last = next->last;
        m_ranges.erase(next);
    }
}

bool SegmentRanges::contains(base::SegmentIndex index) const
{
    return std::ranges::any_of(m_ranges, [i = index.value()](const Range& range) { return range.first <= i && i <= range.last; });
}

bool SegmentRanges::includes(const SegmentRanges& other) const
{
    return std::ranges::all_of(other.m_ranges, [this](const Range& inner) {
        return std::ranges::any_of(m_ranges,
                                   [&](const Range& outer) { return outer.first <= inner.first && inner.last <= outer.last; });
    });
}

std::int64_t SegmentRanges::count() const
{
    std::int64_t total = 0;
    for (const Range& range : m_ranges)
        total += std::int64_t{range.last} - range.first + 1;
    return total;
}

void FieldWriter::operator()(const char* name, const SegmentRanges& value)
{
    list(name, value.ranges(), [this](const SegmentRanges::Range& range) {
        m_values += '[' + std::to_string(range.first) + ',' + std::to_string(range.last) + ']';
    });
}

void FieldReader::operator()(const char* name, SegmentRanges& value)
{
    const JsonValue* member = findArray(name, MaxSize{SegmentRanges::maxRanges});
    if (member == nullptr)
        return;
    std::vector<SegmentRanges::Range> ranges;
    ranges.reserve(member->count);
    const auto isIndex = [](const JsonValue& number) {
        return number.is(JsonValue::Kind::Number) && number.number >= 0 && number.number < SegmentRanges::maxIndex;
    };
    for (const JsonValue& item : *member) {
        if (!item.is(JsonValue::Kind::Array) || item.count != 2)
            return refuse(name, "has a range that is not two indices");
        const JsonValue& first = *item.begin();
        const JsonValue& last = *++item.begin();
        if (!isIndex(first) || !isIndex(last))
            return refuse(name, "has a range that is not two indices");
        ranges.push_back({static_cast<std::uint32_t>(first.number), static_cast<std::uint32_t>(last.number)});
    }
    if (!value.assign(std::move(ranges)))
        refuse(name, "has ranges that are not ascending and disjoint");
}

} // namespace mutoscope::wire
