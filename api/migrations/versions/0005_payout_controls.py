"""payout controls"""

from alembic import op
import sqlalchemy as sa

import api.kernel.db
from api.kernel.append_only import protect, unprotect


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

APPEND_ONLY = ('withdrawal_decisions', 'bank_account_changes')


def upgrade() -> None:
    op.create_table('payout_batches',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=30), nullable=False),
    sa.Column('profile', sa.String(length=40), nullable=False),
    sa.Column('source_account', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('maker_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('checker_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('self_approved', sa.Boolean(), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', api.kernel.db.UtcDateTime(), nullable=False),
    sa.Column('approved_at', api.kernel.db.UtcDateTime(), nullable=True),
    sa.Column('closed_at', api.kernel.db.UtcDateTime(), nullable=True),
    sa.CheckConstraint('checker_id IS NULL OR checker_id <> maker_id OR self_approved', name=op.f('ck_payout_batches_checker')),
    sa.ForeignKeyConstraint(['checker_id'], ['users.id'], name=op.f('fk_payout_batches_checker_id')),
    sa.ForeignKeyConstraint(['maker_id'], ['users.id'], name=op.f('fk_payout_batches_maker_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payout_batches')),
    sa.UniqueConstraint('reference', name=op.f('uq_payout_batches_reference'))
    )
    with op.batch_alter_table('payout_batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payout_batches_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_payout_batches_status'), ['status'], unique=False)

    op.create_table('payout_results',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('imported_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', api.kernel.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['payout_batches.id'], name=op.f('fk_payout_results_batch_id')),
    sa.ForeignKeyConstraint(['imported_by'], ['users.id'], name=op.f('fk_payout_results_imported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payout_results')),
    sa.UniqueConstraint('batch_id', 'sha256', name=op.f('uq_payout_results_batch_id_sha256'))
    )
    op.create_table('bank_account_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bank_account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('partner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bank_name', sa.String(length=100), nullable=False),
    sa.Column('account_no', sa.String(length=40), nullable=False),
    sa.Column('account_name', sa.String(length=200), nullable=False),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('changed_at', api.kernel.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['bank_account_id'], ['bank_accounts.id'], name=op.f('fk_bank_account_changes_bank_account_id')),
    sa.ForeignKeyConstraint(['changed_by'], ['users.id'], name=op.f('fk_bank_account_changes_changed_by')),
    sa.ForeignKeyConstraint(['partner_id'], ['partners.id'], name=op.f('fk_bank_account_changes_partner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_account_changes'))
    )
    with op.batch_alter_table('bank_account_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bank_account_changes_partner_id'), ['partner_id'], unique=False)

    op.create_table('payout_rows',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('withdrawal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('nominal', sa.BigInteger(), nullable=False),
    sa.Column('bank_name', sa.String(length=100), nullable=False),
    sa.Column('bank_account_no', sa.String(length=40), nullable=False),
    sa.Column('bank_account_name', sa.String(length=200), nullable=False),
    sa.Column('withdrawal_version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('resolved_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('resolution', sa.Text(), nullable=True),
    sa.Column('updated_at', api.kernel.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['payout_batches.id'], name=op.f('fk_payout_rows_batch_id')),
    sa.ForeignKeyConstraint(['resolved_by'], ['users.id'], name=op.f('fk_payout_rows_resolved_by')),
    sa.ForeignKeyConstraint(['withdrawal_id'], ['withdrawals.id'], name=op.f('fk_payout_rows_withdrawal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payout_rows')),
    sa.UniqueConstraint('reference', name=op.f('uq_payout_rows_reference'))
    )
    with op.batch_alter_table('payout_rows', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payout_rows_batch_id_position'), ['batch_id', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_payout_rows_state'), ['state'], unique=False)
        batch_op.create_index('uq_payout_rows_holding', ['withdrawal_id'], unique=True, sqlite_where=sa.text("state IN ('proposed', 'sent', 'mismatched', 'suspect', 'matched')"), postgresql_where=sa.text("state IN ('proposed', 'sent', 'mismatched', 'suspect', 'matched')"))

    op.create_table('transfer_proofs',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('withdrawal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('last_four', sa.String(length=4), nullable=True),
    sa.Column('uploaded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', api.kernel.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['uploaded_by'], ['users.id'], name=op.f('fk_transfer_proofs_uploaded_by')),
    sa.ForeignKeyConstraint(['withdrawal_id'], ['withdrawals.id'], name=op.f('fk_transfer_proofs_withdrawal_id')),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_transfer_proofs')),
    sa.UniqueConstraint('withdrawal_id', name=op.f('uq_transfer_proofs_withdrawal_id'))
    )
    op.create_table('withdrawal_decisions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('withdrawal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('nominal', sa.BigInteger(), nullable=False),
    sa.Column('bank_account_no', sa.String(length=40), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('self_approved', sa.Boolean(), nullable=False),
    sa.Column('seen', sa.Boolean(), nullable=False),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.Column('created_at', api.kernel.db.UtcDateTime(), nullable=False),
    sa.Column('expires_at', api.kernel.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_withdrawal_decisions_actor_id')),
    sa.ForeignKeyConstraint(['withdrawal_id'], ['withdrawals.id'], name=op.f('fk_withdrawal_decisions_withdrawal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_withdrawal_decisions'))
    )
    with op.batch_alter_table('withdrawal_decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_withdrawal_decisions_created_at_actor_id'), ['created_at', 'actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_withdrawal_decisions_withdrawal_id_id'), ['withdrawal_id', 'id'], unique=False)

    # not in batch mode: it makes the table anew on SQLite, without its triggers
    op.add_column('bank_accounts', sa.Column('details_at', api.kernel.db.UtcDateTime(), nullable=True))
    op.add_column('bank_accounts', sa.Column('name_score', sa.SmallInteger(), nullable=True))
    op.add_column('bank_accounts', sa.Column('name_found', sa.String(length=200), nullable=True))
    op.add_column('bank_accounts', sa.Column('name_checked_by', sa.String(length=60), nullable=True))
    op.add_column('bank_accounts', sa.Column('name_checked_at', api.kernel.db.UtcDateTime(), nullable=True))

    op.add_column('users', sa.Column('may_self_approve', sa.Boolean(), nullable=False, server_default=sa.false()))

    op.add_column('withdrawals', sa.Column('maker_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))

    op.execute('UPDATE bank_accounts SET details_at = created_at')
    op.execute(
        'INSERT INTO transfer_proofs (sha256, withdrawal_id, media_type, bytes, uploaded_by, created_at) '
        'SELECT proof_sha256, min(id), min(proof_type), 0, min(decided_by), min(decided_at) FROM withdrawals '
        'WHERE proof_sha256 IS NOT NULL GROUP BY proof_sha256'
    )
    protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    unprotect(op.get_bind(), APPEND_ONLY)
    op.drop_column('withdrawals', 'maker_id')

    op.drop_column('users', 'may_self_approve')

    op.drop_column('bank_accounts', 'name_checked_at')
    op.drop_column('bank_accounts', 'name_checked_by')
    op.drop_column('bank_accounts', 'name_found')
    op.drop_column('bank_accounts', 'name_score')
    op.drop_column('bank_accounts', 'details_at')

    with op.batch_alter_table('withdrawal_decisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_withdrawal_decisions_withdrawal_id_id'))
        batch_op.drop_index(batch_op.f('ix_withdrawal_decisions_created_at_actor_id'))

    op.drop_table('withdrawal_decisions')
    op.drop_table('transfer_proofs')
    with op.batch_alter_table('payout_rows', schema=None) as batch_op:
        batch_op.drop_index('uq_payout_rows_holding', sqlite_where=sa.text("state IN ('proposed', 'sent', 'mismatched', 'suspect', 'matched')"), postgresql_where=sa.text("state IN ('proposed', 'sent', 'mismatched', 'suspect', 'matched')"))
        batch_op.drop_index(batch_op.f('ix_payout_rows_state'))
        batch_op.drop_index(batch_op.f('ix_payout_rows_batch_id_position'))

    op.drop_table('payout_rows')
    with op.batch_alter_table('bank_account_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bank_account_changes_partner_id'))

    op.drop_table('bank_account_changes')
    op.drop_table('payout_results')
    with op.batch_alter_table('payout_batches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payout_batches_status'))
        batch_op.drop_index(batch_op.f('ix_payout_batches_created_at'))

    op.drop_table('payout_batches')
