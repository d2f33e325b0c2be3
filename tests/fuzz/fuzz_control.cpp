// Links: mutoscope_control
#include "p2p/control/mirror.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/control/recording_node.h"

// Lines of the control socket, to the node and from it. What is taken and written again is taken as the same.

using namespace mutoscope;

namespace
{

/// Writes what it is asked as the lines that ask for it.
class Echo : public control::Mirror
{
public:
    std::vector<std::string> lines;
    using Mirror::take;

private:
    void transmit(std::string line) override { lines.push_back(std::move(line)); }
};

void toTheNode(std::string_view line)
{
    Echo first;
    if (!control::call(line, first)) {
        HOLDS(first.lines.empty());
        return;
    }
    HOLDS(first.lines.size() == 1);
    Echo second;
    const bool isTaken = control::call(first.lines.front(), second).has_value();
    HOLDS(isTaken || first.lines.front().size() > control::maxCall);
    HOLDS(!isTaken || second.lines == first.lines);
}

void fromTheNode(std::string_view line)
{
    tests::RecordingNode node;
    const auto news = control::readNews(line, node);
    if (!news || !news->snapshot)
        return;
    const std::string text = control::snapshotLine(*news->snapshot, true, true);
    const auto again = control::readNews(text, node);
    HOLDS(again && again->snapshot);
    HOLDS(control::snapshotLine(*again->snapshot, true, true) == text);
}

} // namespace

void fuzzOne(std::string_view input)
{
    const auto choice = fuzz::choose(input, 2);
    if (choice.which == 0)
        toTheNode(choice.rest);
    else
        fromTheNode(choice.rest);
}
